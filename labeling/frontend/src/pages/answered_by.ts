/** While a question's label type can still be chosen, only what that type asks for is shown, and sent. */
export function answeredBy(form: HTMLFormElement): void {
  if (form.dataset["answeredBy"] !== undefined || !form.querySelector("input[name=label_type]")) return;
  form.dataset["answeredBy"] = "";
  form.addEventListener("change", (event) => {
    if (event.target instanceof HTMLInputElement && event.target.name === "label_type") show(form, event.target.value);
  });
  show(form, form.querySelector<HTMLInputElement>("input[name=label_type]:checked")?.value ?? "");
}

function show(form: HTMLFormElement, type: string): void {
  for (const fieldset of form.querySelectorAll<HTMLFieldSetElement>("fieldset[data-types]")) {
    const asked = (fieldset.dataset["types"] ?? "").split(" ").includes(type);
    fieldset.hidden = !asked;
    fieldset.disabled = !asked;
  }
}
