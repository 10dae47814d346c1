// Presses the one button of the page. Without scripts, people press it themselves.
const button = document.querySelector('button[name="logout"]');
button.form.requestSubmit(button);
