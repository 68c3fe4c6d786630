/** The version in `tracker/package.json`; a test compares them. */
export const trackerVersion = '0.1.0'
