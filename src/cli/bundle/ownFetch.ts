// What stands in a bundle for a package that brings `fetch` to versions of Node that have none.

export default globalThis.fetch;
