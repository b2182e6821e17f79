export { plainText } from '../../base/index.ts';
