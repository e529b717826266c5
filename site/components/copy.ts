/** Let a button copy a text, and say that it did. */
export function copies(button: HTMLButtonElement, text: string): void {
  button.addEventListener('click', () => {
    void navigator.clipboard.writeText(text).then(() => {
      button.textContent = 'Copied';
      setTimeout(() => (button.textContent = 'Copy'), 2000);
    });
  });
}
