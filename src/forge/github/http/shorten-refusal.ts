import { z } from 'zod';

const detail = z.union([
  z.string(),
  z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]).catch(null)),
]);

const refusal = z.object({
  message: z.string(),
  errors: z.array(detail.catch('')).catch([]).optional(),
});

const longest = 1_000;
const mostDetails = 5;

/**
 * What a refusal says, as JSON of the form that the client expects, however large and deep the server's own is. A body of
 * another form is given as text.
 */
export function shortenRefusal(text: string): string {
  const read = refusal.safeParse(parsed(text));
  if (!read.success) return JSON.stringify({ message: text.slice(0, longest) });
  const { message, errors } = read.data;
  const details = errors?.slice(0, mostDetails);
  return JSON.stringify({
    message: message.slice(0, longest),
    ...(details === undefined ? {} : { errors: details }),
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
