/** What a page tells its tool: read once from the JSON block beside it. */
import type { DatasetType, Shape } from "./wire.ts";

export interface AttributeSpec {
  name: string;
  type: "text" | "select";
  values: string[];
  default: string;
}

export interface LabelSpec {
  name: string;
  color: string;
  shortcut: string;
  shape: Shape | "";
  attributes: AttributeSpec[];
}

export interface ToolConfig {
  mode: "owner" | "labeling" | "review" | "acceptance";
  type: DatasetType;
  /** Separates what different people on one device have not sent yet. */
  scope: string;
  /** The sample state to list, such as `__NONE__`. */
  state: string;
  samples: string;
  review: string;
  back: string;
  start: string;
  labels: LabelSpec[];
  allowedShapes: Shape[];
  topic: string;
  readonly: boolean;
}

const DEFAULTS: ToolConfig = {
  mode: "owner",
  type: "image_classification",
  scope: "",
  state: "",
  samples: "",
  review: "",
  back: "",
  start: "",
  labels: [],
  allowedShapes: [],
  topic: "",
  readonly: false,
};

export function completeConfig(given: Partial<ToolConfig>): ToolConfig {
  const config = { ...DEFAULTS, ...given };
  config.labels = config.labels.map((label) => {
    const { color, shortcut, shape, attributes } = label;
    return {
      name: label.name,
      color: color || "#6b7280",
      shortcut: shortcut || "",
      shape: shape || "",
      attributes: (attributes || []).map((attribute) => ({
        ...attribute,
        values: attribute.values || [],
        default: attribute.default || "",
      })),
    };
  });
  if (!config.allowedShapes?.length) config.allowedShapes = ["bndbox", "polygon", "circle", "line", "dashed", "point"];
  return config;
}

export function readConfig(page: Document): ToolConfig {
  const block = page.getElementById("tool-config");
  return completeConfig(JSON.parse(block?.textContent || "{}") as Partial<ToolConfig>);
}
