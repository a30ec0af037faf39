// Loaded by Solara before the page is made. Who has not chosen a theme gets that of their system;
// Solara's own setting for it leaves the page blank.
if (!localStorage.getItem(":solara:theme.variant")) {
  theme.variant = "auto";
  if (inDarkMode()) {
    appContainer.classList.replace("theme--light", "theme--dark");
  }
}
