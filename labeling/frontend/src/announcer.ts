/** One live region: what a screen reader should hear, also when it is the same words again. */
export function announcer(region: HTMLElement | null): (text: string) => void {
  let again = false;
  return (text) => {
    if (!region) return;
    again = region.textContent === text ? !again : false;
    region.textContent = again ? `${text}\u00a0` : text;
  };
}
