// A Vega-Lite specification, drawn without eval and without anything being loaded.
import * as vega from "vega";
import { expressionInterpreter } from "vega-interpreter";
import { compile } from "vega-lite";
import { each } from "./forms.js";

export function enhance(root) {
  each(root, "[data-chart]", draw);
}

const refuse = async () => { throw new Error("charts load nothing"); };
const loader = { load: refuse, sanitize: refuse, http: refuse, file: refuse };

function config(style) {
  const of = (name) => style.getPropertyValue(name).trim();
  const [ink, soft, line] = [resolved("--ink"), resolved("--soft"), resolved("--line")];
  return {
    background: null,
    font: of("font-family"),
    view: { stroke: null },
    axis: { labelColor: soft, titleColor: soft, gridColor: line, domainColor: line, tickColor: line, labelFontSize: 12,
      titleFontSize: 12, titleFontWeight: 500, labelAngle: 0, labelOverlap: true, gridOpacity: 0.6 },
    legend: { labelColor: ink, titleColor: soft, labelFontSize: 12, orient: "top", symbolType: "circle" },
    range: { category: ["1", "2", "3", "4", "5", "6", "7", "8"].map((n) => resolved(`--chart-${n}`)) },
    bar: { color: resolved("--chart-1"), cornerRadiusEnd: 3 },
    line: { color: resolved("--chart-1"), strokeWidth: 2.5 },
    point: { color: resolved("--chart-1"), size: 36, filled: true },
  };
}

// light-dark() is resolved by the browser only where it is used, so a probe uses it.
function resolved(name) {
  const probe = document.createElement("span");
  probe.className = "probe";
  document.body.append(probe);
  probe.style.color = `var(${name})`;
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return colour;
}

// A text such as "--good" is a colour of the page.
function coloured(part) {
  if (typeof part === "string") return /^--[a-z0-9-]+$/.test(part) ? resolved(part) : part;
  if (Array.isArray(part)) return part.map(coloured);
  if (part === null || typeof part !== "object") return part;
  return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, key === "data" ? value : coloured(value)]));
}

// Names of months and days as the reader's language has them.
function locale() {
  const name = (date, options) => new Intl.DateTimeFormat(document.documentElement.lang, options).format(date);
  const months = (month) => [...Array(12).keys()].map((n) => name(new Date(2024, n, 1), { month }));
  const days = (weekday) => [...Array(7).keys()].map((n) => name(new Date(2024, 8, n + 1), { weekday }));
  const time = { dateTime: "%x, %X", date: "%Y-%m-%d", time: "%H:%M:%S", periods: ["AM", "PM"], months: months("long"),
    shortMonths: months("short"), days: days("long"), shortDays: days("short") };
  return { number: { decimal: ".", thousands: ",", grouping: [3], currency: ["", ""] }, time };
}

async function draw(box) {
  const given = coloured(JSON.parse(box.dataset.chart));
  const wide = box.clientWidth;
  const height = given.mark?.type === "bar" ? { step: 26 } : 300;
  const spec = { $schema: "https://vega.github.io/schema/vega-lite/v6.json", height, ...given, width: "container",
    autosize: { type: "fit-x", contains: "padding" } };
  const compiled = compile(spec, { config: config(getComputedStyle(document.body)), logger: vega.logger(vega.Error) });
  compiled.spec.signals = (compiled.spec.signals ?? []).map((s) => (s.name === "width" ? { name: "width", value: wide } : s));
  for (const legend of compiled.spec.legends ?? []) legend.columns = Math.max(1, Math.floor(wide / 130));
  const runtime = vega.parse(compiled.spec, undefined, { ast: true });
  const view = new vega.View(runtime, { expr: expressionInterpreter, loader, renderer: "svg", hover: true,
    logLevel: vega.Error, container: box, locale: locale() });
  await view.runAsync();
  new ResizeObserver(() => view.width(box.clientWidth).runAsync()).observe(box);
  box.dataset.drawn = "";
}
