export { findMissing } from './find-parts.ts';
export { allParts, installCommand, listCommandParts, listPlanParts, type Part, type PartName, parts } from './parts.ts';
export { type ImpossiblePart, type SetUpMode, setUp, useTools } from './set-up.ts';
export { type ToolsFolder, toolsFolder } from './tools-folder.ts';
