/** What a task does to the code, by the words of its title. */
export type KindOfWork =
  | 'typo'
  | 'rewrite'
  | 'migrate'
  | 'refactor'
  | 'rename'
  | 'document'
  | 'test'
  | 'fix'
  | 'remove'
  | 'improve'
  | 'introduce'
  | 'configure'
  | 'change';

/** The first that matches is the kind: `Fix a typo` is a typo, and `Add tests for the parser` is a test. */
const patterns: readonly (readonly [KindOfWork, RegExp])[] = [
  [
    'typo',
    /\b(?:single|one)[- ](?:line|word|import|character|constant|flag|comment)\b|\btypos?\b|\b(?:mis)?spell(?:ing|ed|t)?\b|\bgrammar\b|\bwording\b|\bimport statement\b|\bbump (?:the )?version\b|\brename (?:the |a )?(?:variable|constant|flag)\b|\b(?:broken|dead) links?\b|\bcopyright year\b/iu,
  ],
  [
    'rewrite',
    /\bre-?writ(?:e|es|ing|ten)\b|\bre-?architect|\boverhaul|\bre-?design|\bre-?implement|\bfrom scratch\b|\bmoderni[sz]e|\brebuil[dt]/iu,
  ],
  [
    'migrate',
    /\bmigrat(?:e|es|ing)\b|\bmigration (?:of|from|to)\b|\bconver(?:t|ts|ting|sion)\b|\bport(?:ing)?\b(?=.{1,80}\bto\b)|\b(?:switch|move|transition|change)\b(?=.{1,80}\bfrom\b.{1,80}\bto\b)|\bswitch(?:ing)?\b(?=.{1,80}\bto\b)|\badopt\b|\breplac(?:e|es|ing)\b(?=.{1,80}\b(?:with|by)\b)/iu,
  ],
  ['refactor', /\brefactor|\brestructur|\breorgani[sz]|\brework|\bextract|\bsplit\b|\bdecoupl/iu],
  ['rename', /\brenam(?:e|es|ing)\b/iu],
  [
    'document',
    /\bdocument|\bdocs?\b|\breadme\b|\bguides?\b|\btutorials?\b|\bchange ?log\b|\bhistory\.md\b|\brelease notes\b|\bdocstrings?\b/iu,
  ],
  [
    'test',
    /^\W*(?:(?:add|write|create|improve|fix|extend|more|unit|integration|e2e|end-to-end|api|missing|new)[ :,-]+){0,4}tests?\b|^\W*(?:cover|test)\b|\btests? (?:for|of|suite|that)\b|\btesting$|\bcoverage\b|^\W*\w{0,20} ?tests$/iu,
  ],
  [
    'fix',
    /\bfix(?:e[sd]|ing)?\b|\bbugs?\b|\brepair|\bcorrect\b|\bprevent|\bavoid|\bensure\b|\bcrash|\bno longer\b|\bdon['’]?t\b|\bdo not\b|\bshould (?:not|be|only|return|throw|stay)\b/iu,
  ],
  ['remove', /\bremov(?:e|es|al|ing)\b|\bdrop(?:s|ping)?\b|\bdelet(?:e|es|ing)\b|\bdeprecat/iu],
  [
    'improve',
    /\boptimi[sz]|\bimprov|\bperf(?:ormance)?\b|\bspeed|\bfaster\b|\bsimplif|\bclean|\btidy|\bpolish|\bharden/iu,
  ],
  [
    'configure',
    /\b(?:ci|github actions?|workflows?|dependabot|eslint|prettier|linter|lint|tsconfig|editorconfig|docker(?:file)?|build (?:script|configuration|config))\b|^\W*(?:chore|build)\b|\bconfigur/iu,
  ],
  [
    'introduce',
    /\badd(?:s|ed|ing)?\b|\bintroduc|\bimplement|\bcreat(?:e|es|ing|ion)\b|\bbuild\b|\bsupport|\bfeat\b|\bintegrat|\bset ?up\b|\bdesign\b|\bdevelop\b|\bnew\b|\bgenerat|\bprovid|\bwrite\b/iu,
  ],
  [
    'change',
    /\b(?:updat|chang|mak|us|mov|allow|enabl|disabl|show|hid|display|let|rais|lower|set|handl|turn|return|accept|respect|expos|export|print|log|cache|sort|validat|check|pass|stop|keep|upgrad|bump)(?:e|es|s|ing)?\b/iu,
  ],
];

const longestTitle = 300;

/** What kind of work a title asks for; null when no word says. */
export function kindOfWork(title: string): KindOfWork | null {
  const short = title.slice(0, longestTitle);
  return patterns.find(([, pattern]) => pattern.test(short))?.[0] ?? null;
}

const wholeSystem =
  /\b(?:entire|whole|complete|full)\b.{0,40}\b(?:systems?|applications?|apps?|platform|codebase|projects?|products?|backend|frontend|engine|framework|suite)\b|\bfrom scratch\b|\bend[- ]to[- ]end rewrite\b/iu;
const subsystem =
  /\b(?:authenti\w+|authori[sz]ation|auth|login|sign-?on|sso|saml|oauth\d?|openid|oidc|ldap|payments?|billing|checkout|subscriptions?|invoicing|databases?|schema|storage|persistence|orm|search|index(?:er|ing)|cach(?:e|ing) layer|queues?|schedul(?:er|ing)|notifications?|real-?time|websockets?|streaming|graphql|grpc|rest api|public api|plugin (?:system|api|architecture)|plugins|extension system|internationali[sz]ation|i18n|locali[sz]ation|multi-?tenan\w+|permissions?|rbac|roles|encryption|audit log|dashboard|admin (?:panel|area|interface)|editor|parser|compiler|engine|framework|platform|system|pipeline|architecture|infrastructure|module system|type system|build system|backend|frontend|server|kubernetes|microservices?|monorepo|esm|es modules|concurren\w+|distributed|transactions?|synchroni[sz]ation|offline mode|analytics|reporting|import(?:er)?|export(?:er)?)\b/iu;
const detail =
  /\b(?:labels?|button|links?|footer|header|headings?|icons?|colou?rs?|text|message|messages|titles?|tooltips?|placeholder|date|year|comments?|log line|constant|default value|defaults?|fields?|column|margin|padding|font|badge|names?|flag|warning|line|word|character|version)\b/iu;

/** How much of a system a title is about: 2 all of it, 1 a part that is a system itself, -1 a detail, 0 anything else. */
export function scopeOfWork(title: string): -1 | 0 | 1 | 2 {
  const short = title.slice(0, longestTitle);
  if (wholeSystem.test(short)) return 2;
  if (subsystem.test(short)) return 1;
  return detail.test(short) ? -1 : 0;
}
