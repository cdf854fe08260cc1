// Shows what works only with a passkey where the browser knows passkeys, and says when one was not used.
(function () {
  document.addEventListener('DOMContentLoaded', function () {
    // A passkey belongs to a name: at 127.0.0.1 there is none, at localhost there is.
    const named = !/^[\d.]+$/.test(location.hostname)
    const known = Boolean(named && window.PublicKeyCredential && navigator.credentials)
    document.querySelectorAll('[data-needs-script]').forEach(part => { part.hidden = !known })
    document.querySelectorAll('[data-without-script]').forEach(part => { part.hidden = known })
  })
  document.addEventListener('allauth.error', function (event) {
    event.preventDefault()
    const words = document.getElementById('passkey_failed')
    if (words) { words.hidden = false }
  })
})()
