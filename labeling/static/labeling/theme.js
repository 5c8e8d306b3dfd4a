// Runs before the page is painted, so that a chosen theme never flashes. The toggle is in frontend/src/pages/theme.ts.
try {
  const theme = localStorage.getItem("concord.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage is forbidden: the system's theme it is.
}
