// What stands in a bundle for modules that drive a browser.

throw new Error(
  'This needs a browser, which the commands of a bundle do not drive. Start it in the project itself.',
);

export {};
