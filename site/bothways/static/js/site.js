/* Everything works without this. collectstatic joins the modules into this one file. */
import "./term-popover.js";
import "./check-form.js";
import "./start-form.js";
import "./leftovers.js";
import "./rail.js";
