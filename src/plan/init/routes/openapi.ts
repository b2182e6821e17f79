import { parse } from 'yaml';
import { hasDeepBrackets } from '../../../files/index.ts';
import type { AppFolder } from '../app-folder.ts';
import { joinPaths, type Route } from './route.ts';

type Json = Readonly<Record<string, unknown>>;
const asMap = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** GET requests of the app's OpenAPI or Swagger document whose parameters are optional or have an example. */
export const findOpenApiRoutes = (app: AppFolder): readonly Route[] => {
  for (const { path, text } of app.find(/(^|\/)(openapi|swagger)[\w.-]*\.(ya?ml|json)$/i)) {
    const document = tryToParse(text);
    const paths = asMap(document['paths']);
    const base = readBase(document);
    const routes = Object.entries(paths).flatMap(([template, item]): readonly Route[] => {
      const { get } = asMap(item);
      if (get === undefined || template.includes('{')) return [];
      const query = readQuery([...asList(asMap(item)['parameters']), ...asList(asMap(get)['parameters'])]);
      const security = asMap(get)['security'] ?? document['security'];
      const isGuarded = asList(security).some((one) => Object.keys(asMap(one)).length > 0);
      return query === undefined ? [] : [{ path: `${joinPaths(base, template)}${query}`, from: path, isGuarded }];
    });
    if (routes.length > 0) return routes;
  }
  return [];
};

const tryToParse = (text: string): Json => {
  try {
    return hasDeepBrackets(text) ? {} : asMap(parse(text, { logLevel: 'silent' }));
  } catch {
    return {};
  }
};

const readBase = (document: Json): string => {
  if (typeof document['basePath'] === 'string') return document['basePath'];
  const { url } = asMap(asList(document['servers'])[0]);
  if (typeof url !== 'string' || url.includes('{')) return '';
  return (URL.parse(url, 'http://x')?.pathname ?? '').replace(/\/$/, '');
};

/** Undefined where a parameter is required that has neither an example nor a default. */
const readQuery = (parameters: readonly unknown[]): string | undefined => {
  const query = new URLSearchParams();
  for (const parameter of parameters.map(asMap)) {
    if (parameter['required'] !== true) continue;
    const schema = asMap(parameter['schema']);
    const value =
      parameter['example'] ??
      schema['example'] ??
      schema['default'] ??
      asList(schema['enum'])[0] ??
      parameter['default'];
    if (parameter['in'] !== 'query' || value === undefined || typeof value === 'object') return undefined;
    query.set(String(parameter['name']), String(value));
  }
  return query.size === 0 ? '' : `?${query}`;
};
