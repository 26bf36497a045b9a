/** The preview's first page, where there are several modules: it follows what is saved. */

new EventSource("/news").addEventListener("saved", () => void follow());

async function follow(): Promise<void> {
  const response = await fetch(location.href);
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const [old, now] = [document, page].map((one) => one.querySelector("main"));
  if (old && now && old.innerHTML !== now.innerHTML) old.replaceWith(document.adoptNode(now));
}
