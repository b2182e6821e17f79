import type { AppFolder } from '../app-folder.ts';
import { findRustRoutes, findSpringRoutes } from './annotated.ts';
import { findIndentedRoutes, goRoutes, railsRoutes } from './indented.ts';
import { findJavascriptRoutes } from './javascript.ts';
import { findOpenApiRoutes } from './openapi.ts';
import { findDjangoRoutes, findPythonRoutes } from './python.ts';
import { type Route, rankRoutes } from './route.ts';

/** By the `what` of an ecosystem. */
const finders: Readonly<Record<string, (app: AppFolder) => readonly Route[]>> = {
  'a Node app': findJavascriptRoutes,
  'a Python app': findPythonRoutes,
  'a Django app': findDjangoRoutes,
  'a Go app': (app) => findIndentedRoutes(app, goRoutes),
  'a Ruby app': (app) => findIndentedRoutes(app, railsRoutes),
  'a Rust app': findRustRoutes,
  'a Java app': findSpringRoutes,
};

/** GET requests without parameters, the most telling first: from the app's OpenAPI document, or else from its sources. */
export const findRoutes = (app: AppFolder, what: string): readonly Route[] => {
  const documented = findOpenApiRoutes(app);
  return rankRoutes(documented.length > 0 ? documented : (finders[what]?.(app) ?? []));
};
