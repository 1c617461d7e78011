import { z } from 'zod';
import { longestSeconds } from '../../model/options/longest-duration.ts';
import { quietSchema, sinksSchema } from './notification-schema.ts';
import type { ValueKind } from '../../model/options/value-kind.ts';

/** What a configuration, or a client of ours, may say for a value of this kind. */
export function valueSchema(kind: ValueKind): z.ZodType {
  switch (kind.kind) {
    case 'switch':
      return z.boolean();
    case 'text':
      return textSchema(kind);
    case 'texts':
    case 'names':
      return z.array(textSchema(kind));
    case 'choice':
      return z.enum(kind.choices);
    case 'count':
      return z.int().positive();
    case 'whole':
      return z.int().min(0).max(kind.most);
    case 'amount':
      return z.number().positive();
    case 'percent':
      return z.number().min(0).max(100);
    case 'seconds':
      return (kind.isZeroAllowed ? z.number().nonnegative() : z.number().positive()).max(
        longestSeconds,
      );
    case 'ordinals':
      return z.array(z.int().positive());
    case 'batches':
      return z.array(z.array(z.int().positive()));
    case 'agents':
      return z.record(z.string().regex(/^[1-9]\d*$/u), z.string().min(1));
    case 'sinks':
      return sinksSchema;
    case 'quiet':
      return quietSchema;
  }
}

function textSchema(
  kind: Extract<ValueKind, { readonly kind: 'text' | 'texts' | 'names' }>,
): z.ZodType {
  if (kind.kind !== 'names' && kind.rule !== undefined)
    return z.string().regex(kind.rule.pattern, kind.rule.why);
  return kind.kind === 'text' && kind.isEmptyAllowed ? z.string() : z.string().min(1);
}
