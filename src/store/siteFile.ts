/**
 * A file that comes with the site.
 * @param path from the site's root
 * @returns the answer with it, or the HTTP status of a site that does not have it
 */
export async function siteFile(path: string): Promise<Response | number> {
  const response = await fetch(new URL(path, document.baseURI));
  // For an unknown path, a development server answers with the page itself.
  const isPage = response.headers.get('content-type')?.startsWith('text/html');
  return response.ok && !isPage ? response : response.status;
}
