/** Entry of the storage page: files go up a few at a time, with progress, and a refused one does not stop the rest. */
import { startUploads } from "./site/upload.ts";

startUploads();
