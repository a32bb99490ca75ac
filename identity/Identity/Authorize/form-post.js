// Sends the authorization response on (OAuth 2.0 Form Post Response Mode). Without scripts the person presses the button.
document.getElementById("form-post").submit();
