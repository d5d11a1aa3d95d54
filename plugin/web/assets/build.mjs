// Bundles src/ into ../static: `npm ci && npm run build`. What it makes is kept in git, so that users need no node.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const OUT = "../static";
const ICONS = [
  "arrow-up", "arrow-right", "check", "chevron-left", "chevron-right", "circle-alert", "circle-check", "circle-help", "circle-x",
  "clock", "copy", "database", "download", "eye-off", "flag", "history", "info", "key-round", "languages", "layers", "link",
  "log-out", "moon", "pencil", "play", "search", "settings", "shield-check", "sparkles", "square", "sun", "sun-moon", "table",
  "thumbs-down", "thumbs-up", "user", "users", "x", "chart-column", "list-checks", "book-open", "triangle-alert", "undo-2",
  "archive", "circle-dot", "clipboard-check", "equal", "git-compare", "git-merge", "inbox", "keyboard", "lock", "message-square",
  "rotate-ccw", "skip-forward",
];

rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT, { recursive: true });
const made = await build({
  entryPoints: ["src/app.js", "src/app.css"],
  bundle: true,
  splitting: true,
  format: "esm",
  target: ["chrome123", "firefox120", "safari17.5"],
  minify: true,
  charset: "utf8",
  legalComments: "none",
  outdir: OUT,
  chunkNames: "chunk-[hash]",
  metafile: true,
});

const symbols = ICONS.map((name) => {
  const inside = readFileSync(`node_modules/lucide-static/icons/${name}.svg`, "utf8")
    .replace(/<!--[\s\S]*?-->/g, "").replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "").replace(/\s*\n\s*/g, "");
  return `<symbol id="${name}" viewBox="0 0 24 24">${inside}</symbol>`;
});
writeFileSync(`${OUT}/icons.svg`, `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`);

const packages = new Set(["lucide-static"]);
for (const file of Object.keys(made.metafile.inputs)) {
  const found = file.match(/^node_modules\/((?:@[^/]+\/)?[^/]+)/);
  if (found) packages.add(found[1]);
}
const notes = [...packages].sort().map((name) => {
  const about = JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8"));
  const file = readdirSync(`node_modules/${name}`).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file ? readFileSync(`node_modules/${name}/${file}`, "utf8").trim() : `License: ${about.license}`;
  return `${name} ${about.version} (${about.license})\n\n${text}\n`;
});
writeFileSync(`${OUT}/LICENSES.txt`, `The files beside this one contain these packages.\n\n${notes.join(`\n${"-".repeat(80)}\n\n`)}`);

const hash = createHash("sha256");
for (const file of [...readdirSync("src").sort().map((name) => `src/${name}`), "build.mjs", "package-lock.json"]) {
  hash.update(`${file}\0`).update(readFileSync(file));
}
writeFileSync(`${OUT}/build.json`, `${JSON.stringify({ sources: hash.digest("hex") })}\n`);
