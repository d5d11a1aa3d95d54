// hx-csp registers itself on the global before htmx starts: imports run in this order, a dynamic import would be late.
import htmx from "htmx.org/dist/htmx.esm.js";

window.htmx = htmx;
