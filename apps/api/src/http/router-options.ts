export const headerBytesMax = 16 * 1024;

/** As long as a header may be: an id is then refused as an id, however long it is. */
export const routerOptions = { maxParamLength: headerBytesMax };
