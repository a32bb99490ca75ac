using Microsoft.AspNetCore.Http;

namespace Backbone.Platform.Web.Security;

/// <summary>
/// On an endpoint: how it says that what was posted is no readable form. Without it a person reads a page and a program problem details.
/// </summary>
/// <param name="AnswerAsync">Writes the whole answer. The status is 400 (no form, or not in UTF-8) or what the server refused the body with (413).</param>
public sealed record FormRefusal(Func<HttpContext, int, Task> AnswerAsync);
