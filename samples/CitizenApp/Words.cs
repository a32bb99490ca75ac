namespace Backbone.CitizenApp;

/// <summary>Every word of the page in one language.</summary>
public sealed record Words(string Code)
{
    public const string Cookie = "CitizenApp.Language";

    private static readonly Words Zh = new("zh")
    {
        Lang = "zh-CN",
        Other = "en",
        OtherName = "English",
        OtherLang = "en",
        Product = "爱山东",
        Tagline = "政务服务，一个入口",
        Demo = "示例应用：演示如何接入统一登录，数据均为虚构。",
        SignIn = "登录后办理",
        SignOut = "全部退出",
        Refused = "没有登录：你取消了、停留太久，或账户不能用于这个应用。可以重新开始。",
        SignedOut = "已退出这个应用和统一登录。其他已经打开的应用要在那里分别退出。",
        Lead = "查社保、办公积金、约医院、开证明。登录一次，全省通办。",
        Hello = "你好，{0}",
        HelloLead = "你已经用统一登录进入，没有再输入密码。",
        Popular = "常办服务",
        Services =
        [
            "社保查询|缴费记录与待遇",
            "公积金|余额与提取",
            "预约挂号|全省三甲医院",
            "电子证照|身份证、驾驶证、营业执照",
            "户籍证明|在线开具",
            "不动产|登记信息查询",
        ],
        Who = "谁登录了",
        WhoLead = "统一登录告诉这个应用的全部内容。",
        Name = "姓名",
        Subject = "专属编号",
        SubjectNote = "只属于这个应用，其他应用看到的不同",
        Session = "会话",
        Level = "认证级别",
        Since = "登录时间",
        Phone = "手机号",
        From = "来自",
        Api = "调用接口",
        ApiLead = "用访问令牌调用本应用的接口。接口只认这个签发者、这个用途的令牌。",
        Call = "调用一次",
        Answer = "接口的回答",
        Out = "退出",
        OutLead = "结束这里和统一登录的会话，再回到这里。",
    };

    private static readonly Words En = new("en")
    {
        Lang = "en",
        Other = "zh",
        OtherName = "中文",
        OtherLang = "zh-CN",
        Product = "Ai Shandong",
        Tagline = "Public services, one door",
        Demo = "A sample app: how to join the one sign-in. All data is invented.",
        SignIn = "Sign in to begin",
        SignOut = "Sign out everywhere",
        Refused = "Not signed in: you cancelled, it took too long, or this app is not for your account. You can begin again.",
        SignedOut = "You are signed out of this app and of the one sign-in. Apps you opened before keep their own session until you sign out there.",
        Lead = "Social security, housing fund, hospitals, certificates. Sign in once, for the whole province.",
        Hello = "Hello, {0}",
        HelloLead = "You came in by the one sign-in, without typing a password again.",
        Popular = "Often used",
        Services =
        [
            "Social security|Contributions and benefits",
            "Housing fund|Balance and withdrawal",
            "See a doctor|All major hospitals",
            "Digital documents|Identity, driving, business",
            "Residence proof|Issued online",
            "Real estate|Look up a registration",
        ],
        Who = "Who is signed in",
        WhoLead = "All that the one sign-in tells this app.",
        Name = "Name",
        Subject = "Number for this app",
        SubjectNote = "made for this app alone; others see another",
        Session = "Session",
        Level = "Assurance level",
        Since = "Signed in at",
        Phone = "Phone",
        From = "Issued by",
        Api = "Call the API",
        ApiLead = "Calls this app's API with the access token. The API takes tokens of this issuer and for this purpose only.",
        Call = "Call it once",
        Answer = "What the API answered",
        Out = "Sign out",
        OutLead = "Ends the session here and at the one sign-in, then comes back.",
    };

    public required string Lang { get; init; }
    public required string Other { get; init; }
    public required string OtherName { get; init; }
    public required string OtherLang { get; init; }
    public required string Product { get; init; }
    public required string Tagline { get; init; }
    public required string Demo { get; init; }
    public required string SignIn { get; init; }
    public required string SignOut { get; init; }
    public required string Refused { get; init; }
    public required string SignedOut { get; init; }
    public required string Lead { get; init; }
    public required string Hello { get; init; }
    public required string HelloLead { get; init; }
    public required string Popular { get; init; }
    public required string[] Services { get; init; }
    public required string Who { get; init; }
    public required string WhoLead { get; init; }
    public required string Name { get; init; }
    public required string Subject { get; init; }
    public required string SubjectNote { get; init; }
    public required string Session { get; init; }
    public required string Level { get; init; }
    public required string Since { get; init; }
    public required string Phone { get; init; }
    public required string From { get; init; }
    public required string Api { get; init; }
    public required string ApiLead { get; init; }
    public required string Call { get; init; }
    public required string Answer { get; init; }
    public required string Out { get; init; }
    public required string OutLead { get; init; }

    /// <summary>The person's choice, then the browser's first language; Chinese for all others.</summary>
    public static Words Of(HttpContext context) =>
        (context.Request.Cookies[Cookie] ?? context.Request.GetTypedHeaders().AcceptLanguage.FirstOrDefault()?.Value.ToString() ?? "zh")
            .StartsWith("en", StringComparison.OrdinalIgnoreCase) ? En : Zh;
}
