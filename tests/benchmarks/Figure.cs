namespace Backbone.Benchmarks;

/// <summary>One named figure of a "Must show" table.</summary>
internal interface IFigure
{
    /// <summary>What is typed after <c>--</c>.</summary>
    string Name { get; }

    string Unit { get; }

    /// <summary>The bound, as it is written in the table: "&lt;= 5".</summary>
    Goal Goal { get; }

    /// <summary>Says what it does while it does it, on processes it starts itself.</summary>
    Task<double> MeasureAsync(TextWriter progress);
}

/// <param name="AtLeast">True: the figure must reach the bound. False: it must stay below.</param>
/// <param name="Bound">In the figure's unit.</param>
internal sealed record Goal(bool AtLeast, double Bound)
{
    public bool Holds(double figure) => AtLeast ? figure >= Bound : figure <= Bound;

    public override string ToString() => FormattableString.Invariant($"{(AtLeast ? ">=" : "<=")} {Bound}");
}
