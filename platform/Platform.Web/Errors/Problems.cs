namespace Backbone.Platform.Web.Errors;

/// <summary>The platform's own refusals.</summary>
public static class Problems
{
    public static readonly Problem BadRequest = new("platform", "bad-request", 400, "The request could not be read.");

    /// <summary>No antiforgery token, or one of another session.</summary>
    public static readonly Problem StaleForm = new("platform", "stale-form", 400, "The form does not belong to the current session.");

    public static readonly Problem Unauthenticated = new("platform", "unauthenticated", 401, "Authentication is required.");

    public static readonly Problem Forbidden = new("platform", "forbidden", 403, "The caller may not do this.");

    public static readonly Problem NotFound = new("platform", "not-found", 404, "There is nothing at this address.");

    public static readonly Problem MethodNotAllowed = new("platform", "method-not-allowed", 405, "The address does not answer this method.");

    public static readonly Problem TooLarge = new("platform", "too-large", 413, "The request is larger than allowed.");

    public static readonly Problem UnsupportedMediaType = new("platform", "unsupported-media-type", 415, "The body is of a type not read here.");

    public static readonly Problem TooManyRequests = new("platform", "too-many-requests", 429, "Too many requests.");

    public static readonly Problem Unexpected = new("platform", "unexpected", 500, "The request failed on our side.");

    public static readonly Problem Unavailable = new("platform", "unavailable", 503, "The service is not available at the moment.");

    public static readonly IReadOnlyList<Problem> All =
    [
        BadRequest, StaleForm, Unauthenticated, Forbidden, NotFound, MethodNotAllowed, TooLarge, UnsupportedMediaType,
        TooManyRequests, Unexpected, Unavailable,
    ];

    /// <summary>The problem a bare status code stands for.</summary>
    public static Problem Of(int status) =>
        All.FirstOrDefault(problem => problem.Status == status) ?? (status >= 500 ? Unexpected : BadRequest with { Status = status });
}
