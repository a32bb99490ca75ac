using System.Globalization;
using System.Text;

namespace Backbone.Benchmarks.Audit.Index;

/// <summary>
/// Leaves as ten days of a province's sign-ins, look-ups and staff actions would give them, about 900 bytes each: few actions and apps, 20,000
/// staff, two million subjects, ids that occur once, and a sentence of Chinese and English words whose frequencies fall off like a language's.
/// The same index gives the same leaf.
/// </summary>
internal sealed class SampleEvents(int events)
{
    private const int Characters = 2_500;
    private static readonly DateTimeOffset Start = new(2026, 11, 10, 0, 0, 0, TimeSpan.Zero);
    private static readonly string[] Actions = [.. Enumerable.Range(0, 30).Select(i => $"action-{i}")];
    private static readonly string[] Apps = [.. Enumerable.Range(0, 40).Select(i => $"app-{i}")];
    private static readonly string[] Purposes = ["licence", "tax", "procurement", "inspection", "appeal"];
    private static readonly string[] Offices = ["省市场监督管理局", "杭州市税务局", "宁波市海关", "省人力资源和社会保障厅", "温州市公安局"];
    private static readonly string[] Words = MakeWords();
    private readonly TimeSpan step = TimeSpan.FromDays(10) / events;
    private readonly StringBuilder text = new();

    public const int Staff = 20_000;

    public const int Subjects = 2_000_000;

    public static string UserId(long number) => string.Create(CultureInfo.InvariantCulture, $"0193617c-0000-7000-8000-{number:x12}");

    public static string SubjectId(long number) => string.Create(CultureInfo.InvariantCulture, $"0193617c-1111-7000-8000-{number:x12}");

    /// <summary>Two characters that stand together in some sentences: with 0 in nearly all, with 4,999 in hardly any.</summary>
    public static string Pair(int word) => Words[word * 2 % Words.Length][..2];

    /// <summary>The second character occurs, the first nowhere.</summary>
    public static string AbsentPair(int number) => string.Concat(Character(Characters + number % 50), Character(number));

    public byte[] Leaf(long index)
    {
        var dice = new Dice((ulong)index);
        var time = Start + step * index;
        var office = Offices[dice.Below(Offices.Length)];
        text.Clear();
        text.Append(CultureInfo.InvariantCulture, $$$"""{'@timestamp':'{{{time:yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'}}}','auth':{'acr':'{{{(dice.Below(3) == 0 ? "loa3" : "loa2")}}}','client':""");
        text.Append(CultureInfo.InvariantCulture, $$$"""{'id':'{{{Apps[dice.Skewed(Apps.Length)]}}}'},'method':'password','session':{'id':'{{{dice.Below(500_000):x16}}}'}},'ecs':{'version':'9.4.0'},""");
        text.Append(CultureInfo.InvariantCulture, $$$"""'event':{'action':'{{{Actions[dice.Skewed(Actions.Length)]}}}','category':['{{{(dice.Below(4) == 0 ? "iam" : "authentication")}}}'{{{(dice.Below(2) == 0 ? ",'session'" : "")}}}],""");
        text.Append(CultureInfo.InvariantCulture, $$$"""'dataset':'backbone.identity','id':'0193617c-{{{index & 0xffff:x4}}}-7000-8000-{{{index:x12}}}','kind':'event','module':'identity',""");
        text.Append(CultureInfo.InvariantCulture, $$$"""'outcome':'{{{(dice.Below(12) == 0 ? "failure" : "success")}}}','type':['start']},'http':{'request':{'method':'POST'},""");
        text.Append(CultureInfo.InvariantCulture, $$$"""'response':{'status_code':{{{(dice.Below(12) == 0 ? 401 : 200)}}},'bytes':0}},'message':'{{{Sentence(ref dice)}}}',""");
        text.Append(CultureInfo.InvariantCulture, $$$"""'organization':{'id':'91330100MA27X{{{dice.Below(100_000):D5}}}','name':'{{{office}}}'},'purpose':{'code':'{{{Purposes[dice.Below(5)]}}}'},""");
        text.Append(CultureInfo.InvariantCulture, $$$"""'resource':{'id':'r-{{{dice.Below(300_000)}}}','name':'{{{office}}}'},'server':{'ip':'10.0.{{{dice.Below(4)}}}.{{{dice.Below(250)}}}'},""");
        text.Append(CultureInfo.InvariantCulture, $$$"""'service':{'name':'backbone','version':'1.4'},'source':{'address':'hmac:1:{{{dice.Below(50_000):x20}}}'},""");
        text.Append(CultureInfo.InvariantCulture, $$$"""'subject':{'id':'{{{SubjectId(dice.Below(Subjects))}}}'},'trace':{'id':'{{{dice.Next():x16}}}{{{dice.Next():x16}}}'},""");
        text.Append(CultureInfo.InvariantCulture, $$$"""'user':{'id':'{{{UserId(dice.Below(Staff))}}}','roles':['{{{(dice.Below(5) == 0 ? "officer" : "clerk")}}}']}}""");
        return Encoding.UTF8.GetBytes(text.Replace('\'', '"').ToString());
    }

    private static string Sentence(ref Dice dice)
    {
        var count = 8 + dice.Below(8);
        var sentence = new StringBuilder();
        for (var i = 0; i < count; i++)
        {
            sentence.Append(Words[dice.Skewed(Words.Length)]);
        }

        return sentence.ToString();
    }

    /// <summary>Half of them Chinese, of two or three characters; the others Latin, between spaces.</summary>
    private static string[] MakeWords()
    {
        var dice = new Dice(42);
        return [.. Enumerable.Range(0, 10_000).Select(i => i % 2 == 0
            ? string.Concat(Enumerable.Range(0, 2 + dice.Below(2)).Select(_ => Character(dice.Skewed(Characters))))
            : FormattableString.Invariant($" w{dice.Below(100_000):x} "))];
    }

    private static string Character(int number) => ((char)('\u4e00' + number)).ToString();

    /// <summary>splitmix64: chance that is the same in every run.</summary>
    private struct Dice(ulong seed)
    {
        private ulong state = seed;

        public ulong Next()
        {
            state += 0x9E3779B97F4A7C15;
            var mixed = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
            return mixed ^ (mixed >> 31);
        }

        public int Below(int most) => (int)(Next() % (ulong)most);

        /// <summary>Small numbers far more often than great ones.</summary>
        public int Skewed(int most)
        {
            var share = Below(1_000_000) / 1e6;
            return (int)(most * share * share * share);
        }
    }
}
