/** Entry of the pages on which a data set is made and filled: rows of labels, and choosing places in storage. */
import { startBrowsing } from "./datasets/browsing.ts";
import { startRows } from "./datasets/rows.ts";

startRows();
startBrowsing();
