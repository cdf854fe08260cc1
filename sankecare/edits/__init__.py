"""Two people edit one thing: the rule of what each changed, and the forms that keep it."""
