/** The most seconds that a duration may have: a timer of more than 2³¹−1 milliseconds would fire at once. */
export const longestSeconds = 2_147_483;
