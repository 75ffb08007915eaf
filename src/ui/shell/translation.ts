type Inserted = Node | null;

/**
 * The child of `parent` that holds `node`: itself, or what a translator has wrapped it in. Null: none does.
 */
function childOf(parent: Node, node: Node): Node | null {
  let child: Node | null = node;
  while (child !== null && child.parentNode !== parent) child = child.parentNode;
  return child;
}

/**
 * Lets React work on a page that was translated. Translators put every text into a `<font>` of their own, or
 * take it out of the page; React then removes or inserts beside a node whose parent is another, the browser
 * throws, and the page is gone. Both calls now act on the wrapper; where the text was taken out, there is
 * nothing to remove, and what is inserted comes last.
 * Source: issue 11538 of React, open since 2017.
 */
export function surviveTranslation(
  prototype: Pick<Node, 'insertBefore' | 'removeChild'> = Node.prototype,
): void {
  const { insertBefore, removeChild } = prototype;
  prototype.insertBefore = function <T extends Node>(this: Node, node: T, before: Inserted): T {
    const child = before && childOf(this, before);
    return insertBefore.call(this, node, child) as T;
  };
  prototype.removeChild = function <T extends Node>(this: Node, node: T): T {
    const child = childOf(this, node);
    if (child !== null) removeChild.call(this, child);
    return node;
  };
}
