namespace Backbone.Credit.Fitting.Reading;

/// <summary>
/// A table that cannot be read or fitted. The message names the place, the bound and what was found, and says the way out;
/// it never repeats the number of a person.
/// </summary>
internal sealed class TableFaultException(string message) : Exception(message);
