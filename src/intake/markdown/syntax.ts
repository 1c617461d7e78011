import type { gfm } from 'micromark-extension-gfm';

/** What micromark takes as an extension. */
export type Syntax = ReturnType<typeof gfm>;

export type Construct = Extract<NonNullable<Syntax['text']>[string], { tokenize: unknown }>;

/** One construct's way of reading: states that eat one character each. */
export type Tokenize = Construct['tokenize'];
