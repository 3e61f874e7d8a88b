/* This theme carries no mark. */
export const brand = '';
