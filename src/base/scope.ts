/**
 * A stack of resources that are released last-in-first-out, like `AsyncDisposableStack` (which Node 20
 * lacks). A release that fails does not keep the others from being released; the first failure is
 * rethrown when all are done.
 */
export interface Scope extends AsyncDisposable {
  /** Registers a resource and gives it back. */
  use<T extends AsyncDisposable>(resource: T): T;
  /** Registers a release step. */
  defer(release: () => void | Promise<void>): void;
  /** Hands all resources to a new scope; this one releases nothing any more. */
  move(): Scope;
}

export const createScope = (releases: (() => void | Promise<void>)[] = []): Scope => {
  let held = releases;
  return {
    use(resource) {
      held.push(() => resource[Symbol.asyncDispose]() as Promise<void>);
      return resource;
    },
    defer(release) {
      held.push(release);
    },
    move() {
      const moved = held;
      held = [];
      return createScope(moved);
    },
    async [Symbol.asyncDispose]() {
      const errors: unknown[] = [];
      for (let release = held.pop(); release !== undefined; release = held.pop()) {
        try {
          await release();
        } catch (error) {
          errors.push(error);
        }
      }
      if (errors.length > 0) throw errors[0];
    },
  };
};
