import type { z } from 'zod';

/** One line of JSON as a schema has it; null when it is torn, no JSON, or something else. */
export function readJson<T>(schema: z.ZodType<T>, line: string): T | null {
  if (!line.startsWith('{')) return null;
  try {
    const parsed = schema.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
