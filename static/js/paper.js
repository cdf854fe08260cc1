// A photograph is made smaller on the telephone before it is sent; without this file it is sent as it was taken, and
// the ward's computer makes it smaller. What this browser cannot read is sent as it is.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const LONGEST = 3000; // as enrollment/applications/paper_check.py keeps it
  const SMALL = 1_500_000; // bytes: below it nothing is gained

  async function smaller(file) {
    const isPhotograph = /^image\/(jpeg|png|heic|heif)$/.test(file.type) || /\.(heic|heif)$/i.test(file.name);
    if (!isPhotograph || file.size < SMALL) return file;
    try {
      const whole = await createImageBitmap(file, { imageOrientation: "from-image" });
      const scale = Math.min(1, LONGEST / Math.max(whole.width, whole.height));
      const canvas = document.createElement("canvas");
      canvas.width = Math.round(whole.width * scale);
      canvas.height = Math.round(whole.height * scale);
      canvas.getContext("2d").drawImage(whole, 0, 0, canvas.width, canvas.height);
      whole.close();
      const made = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
      if (!made || made.size >= file.size) return file;
      return new File([made], `${file.name.replace(/\.[^.]*$/, "")}.jpg`, { type: "image/jpeg" });
    } catch {
      return file;
    }
  }

  for (const input of document.querySelectorAll("input[type=file][data-shrinking]")) {
    const said = document.createElement("p");
    said.className = "soft small";
    said.setAttribute("role", "status");
    input.after(said);
    let working = null;
    input.addEventListener("change", () => {
      const chosen = [...input.files];
      said.textContent = input.dataset.shrinking;
      working = Promise.all(chosen.map(smaller)).then((files) => {
        working = null;
        const before = chosen.reduce((sum, file) => sum + file.size, 0);
        const after = files.reduce((sum, file) => sum + file.size, 0);
        if (after < before) {
          const kept = new DataTransfer();
          for (const file of files) kept.items.add(file);
          input.files = kept.files;
        }
        const megabytes = (bytes) => (bytes / 1_000_000).toFixed(1);
        said.textContent = after < before
          ? input.dataset.shrunk.replace("%before%", megabytes(before)).replace("%after%", megabytes(after))
          : "";
      });
    });
    input.form?.addEventListener("submit", async (event) => {
      if (!working) return;
      event.preventDefault();
      await working;
      input.form.requestSubmit(event.submitter);
    });
  }
});
