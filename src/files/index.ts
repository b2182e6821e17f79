export { digestFile, makeFolders, readRegularFile } from './files.ts';
export { hasDeepBrackets } from './yaml-depth.ts';
