using System.Globalization;
using Backbone.Credit.Fitting;
using Backbone.Credit.Fitting.Reading;

namespace Backbone.Credit.Tests.Fitting;

public sealed class ReadTableTests
{
    [Fact]
    public void CSV_is_read_with_quotes_blanks_missing_values_and_either_separator()
    {
        var table = Csv("name;\"net; profit\";sales;outcome\r\n\"a \"\"b\"\"\"; -1.5 ;;1\r\n" + Filler(";", "c", "2e3", "NA"), "name");

        Assert.Equal(["net; profit", "sales"], table.Columns);
        Assert.Equal(-1_500_000, table.Column(0)[0]);
        Assert.Equal(EntityTable.Missing, table.Column(1)[0]);
        Assert.Equal(2_000_000_000, table.Column(0)[1]);
        Assert.Equal(EntityTable.Missing, table.Column(1)[1]);
        Assert.True(table.Bad[0]);
    }

    [Fact]
    public void ARFF_is_read_as_Weka_writes_it()
    {
        var rows = string.Concat(Enumerable.Range(0, 250).Select(row => string.Create(CultureInfo.InvariantCulture, $"{row},?,{row % 2}\n")));
        var table = Arff($"% a comment\n@relation 'x'\n\n@attribute 'net profit / total assets' numeric\n@ATTRIBUTE b real\n@attribute class {{0,1}}\n@data\n{rows}% the end\n", "class");

        Assert.Equal(["net profit / total assets", "b"], table.Columns);
        Assert.Equal(250, table.Rows);
        Assert.Equal(249_000_000, table.Column(0)[249]);
        Assert.All(table.Column(1), quantity => Assert.Equal(EntityTable.Missing, quantity));
        Assert.Equal(125, table.CountBad());
    }

    [Fact]
    public void A_value_beyond_what_a_fact_can_hold_is_the_largest_it_can() =>
        Assert.Equal([1_000_000_000_000_000, -1_000_000_000_000_000], Csv("a,outcome\n1e300,1\n-1e300,0\n" + Filler(",", "1")).Column(0)[..2]);

    [Theory]
    [InlineData("a,b,outcome\n1,x,1\n", "line 2, column 2: \"x\" in \"b\" is no number; empty, ? or NA stand for none, and --ignore leaves a column out")]
    [InlineData("a,b,outcome\n1,2,1\n1,NaN,0\n", "line 3, column 2: \"NaN\" in \"b\" is no number")]
    [InlineData("a,outcome\n\"1,000\",1\n", "line 2, column 1: \"1,000\" in \"a\" is no number")]
    [InlineData("a,outcome\n1,2\n", "line 2, column 2: the outcome \"outcome\" is 1 (it happened) or 0, not \"2\"")]
    [InlineData("a,outcome\n1,1\n1\n", "line 3: the row has 1 cells and the header 2 columns")]
    [InlineData("a,outcome\n1,1,1\n", "line 2, column 3: the row has more cells than the 2 columns of the header")]
    [InlineData("a,b\n1,1\n", "line 1: there is no column \"outcome\"; there are \"a\", \"b\"")]
    [InlineData("a,a,outcome\n1,1,1\n", "line 1: the column \"a\" stands 2 times; give each a name of its own")]
    [InlineData("a,,outcome\n1,1,1\n", "line 1, column 2: the first row names the columns, and here is no name")]
    [InlineData("outcome\n1\n", "line 1: there is no column beside the outcome to fit a rule to")]
    [InlineData("a,outcome\n\"1,1\n", "line 2, column 1: a quoted cell goes on to the next line; write it on one")]
    [InlineData("a,outcome\n\"1", "line 2, column 1: the quotation that began with \" does not end")]
    [InlineData("a,outcome\n1,1\n2,0\n", "line 4: 2 rows, at least 200 are needed")]
    [InlineData("", "line 1, column 1: the first row names the columns, and here is no name")]
    public void What_cannot_be_read_is_named_with_line_column_bound_and_value(string text, string message) =>
        Assert.Contains(message, Refused(() => Csv(text)), StringComparison.Ordinal);

    [Theory]
    [InlineData("@attribute a string\n@data\n", "line 1: \"a\" is of kind string; numbers alone can be fitted to, and --ignore leaves an attribute out")]
    [InlineData("@attribute a {x,y}\n@data\n", "line 1: \"a\" is one of several words")]
    [InlineData("@attribute a\n@data\n", "line 1: an attribute is written @attribute NAME KIND")]
    [InlineData("@relation x\nwhatever\n", "line 2: a line of the header is @relation, @attribute, @data or begins with %")]
    [InlineData("@relation x\n", "line 2: the file ends before @data")]
    [InlineData("@attribute a numeric\n@attribute outcome {0,1}\n@data\n{0 1, 1 1}\n", "line 4, column 1: sparse rows ({index value, …}) are not read")]
    public void What_of_ARFF_cannot_be_read_is_named_too(string text, string message) =>
        Assert.Contains(message, Refused(() => Arff(text, "outcome")), StringComparison.Ordinal);

    [Fact]
    public void One_outcome_only_is_refused() => Assert.Contains(
        "201 rows with outcome 1 and 0 with 0, at least 20 of each are needed; is \"outcome\" the outcome?",
        Refused(() => Csv("a,outcome\n" + string.Concat(Enumerable.Repeat("1,1\n", 201)))), StringComparison.Ordinal);

    [Fact]
    public void A_million_columns_are_refused_at_the_first_too_many() => Assert.Contains(
        "line 1, column 1025: at most 1024 columns",
        Refused(() => Csv(string.Join(',', Enumerable.Range(0, 1_000_000)) + ",outcome\n")), StringComparison.Ordinal);

    [Fact]
    public void A_cell_without_end_is_refused_at_its_bound() => Assert.Contains(
        "line 2, column 1: more than 500 characters in a cell", Refused(() => Csv("a,outcome\n" + new string('1', 10_000_000))), StringComparison.Ordinal);

    [Theory]
    [InlineData("11010519491231002X")]
    [InlineData("92350100M000100Y40")]
    public void The_number_of_a_person_or_individual_business_is_refused_in_any_column_and_never_repeated(string number)
    {
        var message = Refused(() => Csv($"code,a,outcome\n{number},1,1\n", "code"));

        Assert.Contains("line 2, column 1: \"code\" holds the number of a natural person or individual business; only organisations are scored", message, StringComparison.Ordinal);
        Assert.DoesNotContain(number, message, StringComparison.Ordinal);
    }

    private static string Filler(string separator, params string[] cells) =>
        string.Concat(Enumerable.Range(0, 250).Select(row => $"{string.Join(separator, cells)}{separator}{row % 2}\n"));

    private static EntityTable Csv(string text, params string[] ignored) => ReadCsv.From(new StringReader(text), "x.csv", "outcome", ignored);

    private static EntityTable Arff(string text, string outcome) => ReadArff.From(new StringReader(text), "x.arff", outcome, []);

    private static string Refused(Func<EntityTable> read) => Assert.Throws<TableFaultException>(() => read()).Message;
}
