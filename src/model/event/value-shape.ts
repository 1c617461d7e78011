/** Whether a value that was read has the shape that it was written with. */
export type Shape = (value: unknown) => boolean;

/** The names that an object must have, of those that its type knows. */
type RequiredNames<T> = {
  [Name in keyof T]-?: object extends Pick<T, Name> ? never : Name;
}[keyof T];

/** A shape for each name that a type requires: one that is forgotten does not compile. */
export type ShapesOf<T> = { readonly [Name in RequiredNames<T>]: Shape };

export const text: Shape = (value) => typeof value === 'string';
export const amount: Shape = (value) => typeof value === 'number';
export const flag: Shape = (value) => typeof value === 'boolean';

/** One of some words. */
export function word(...words: readonly string[]): Shape {
  return (value) => typeof value === 'string' && words.includes(value);
}

/** What may also be null. */
export function orNull(shape: Shape): Shape {
  return (value) => value === null || shape(value);
}

/** A list whose entries have a shape each. */
export function list(shape: Shape): Shape {
  return (value) => Array.isArray(value) && value.every(shape);
}

/** An object with what its type requires; more does no harm. */
export function object<T>(shapes: ShapesOf<T>): Shape {
  const named: [string, Shape][] = Object.entries(shapes);
  return (value) => {
    if (typeof value !== 'object' || value === null) return false;
    const found = value as Record<string, unknown>;
    return named.every(([name, shape]) => shape(found[name]));
  };
}

/** An object in which some names may be missing, as older versions left them out. What is there has its shape. */
export function withOptional(shape: Shape, optional: Readonly<Record<string, Shape>>): Shape {
  return (value) =>
    shape(value) &&
    Object.entries(optional).every(([name, inner]) => {
      const found = (value as Readonly<Record<string, unknown>>)[name];
      return found === undefined || inner(found);
    });
}

/** One of several kinds of objects. */
export function either(...shapes: readonly Shape[]): Shape {
  return (value) => shapes.some((shape) => shape(value));
}
