// Shows what works only with a passkey where the browser knows passkeys, and says when one was not used.
(function () {
  document.addEventListener('DOMContentLoaded', function () {
    const known = Boolean(window.PublicKeyCredential && navigator.credentials)
    document.querySelectorAll('[data-needs-script]').forEach(part => { part.hidden = !known })
    document.querySelectorAll('[data-without-script]').forEach(part => { part.hidden = known })
  })
  document.addEventListener('allauth.error', function (event) {
    event.preventDefault()
    const words = document.getElementById('passkey_failed')
    if (words) { words.hidden = false }
  })
})()
