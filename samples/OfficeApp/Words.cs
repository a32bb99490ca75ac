namespace Backbone.OfficeApp;

/// <summary>Every word of the page in one language.</summary>
public sealed record Words(string Code)
{
    public const string Cookie = "OfficeApp.Language";

    private static readonly Words Zh = new("zh")
    {
        Lang = "zh-CN",
        Other = "en",
        OtherName = "English",
        OtherLang = "en",
        Product = "山东通",
        Tagline = "协同办公，一处完成",
        Demo = "示例应用：演示如何接入统一登录，数据均为虚构。",
        SignIn = "工作人员登录",
        SignOut = "全部退出",
        Refused = "没有登录：山东通只用工作账户登录。用了个人账户、取消了或停留太久，都可以重新开始。",
        SignedOut = "已退出这个应用和统一登录。其他已经打开的应用要在那里分别退出。",
        Lead = "待办、公文、会议和通讯录。用工作账户登录，需要第二重验证。",
        Hello = "你好，{0}",
        HelloLead = "你已经用统一登录进入，没有再输入密码。",
        Popular = "今日待办",
        Services =
        [
            "请示批办|关于数字乡村试点的请示",
            "会签|防汛预案修订稿",
            "会议|15:00 政务数据共享例会",
            "督办|一季度民生实事进展",
        ],
        Who = "谁登录了",
        WhoLead = "统一登录告诉这个应用的全部内容。",
        Name = "姓名",
        Subject = "专属编号",
        SubjectNote = "只属于这个应用，其他应用看到的不同",
        Session = "会话",
        Level = "认证级别",
        Since = "登录时间",
        Roles = "工作角色",
        NotStaff = "这个应用只对工作人员开放",
        NotStaffLead = "当前账户没有角色 staff。角色由本单位的系统管理员授予。你可以退出后换工作账户登录。",
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
        Product = "Shandong Tong",
        Tagline = "Office work in one place",
        Demo = "A sample app: how to join the one sign-in. All data is invented.",
        SignIn = "Sign in as staff",
        SignOut = "Sign out everywhere",
        Refused = "Not signed in: this app takes staff accounts only. After a personal account, a cancel or a long wait you can begin again.",
        SignedOut = "You are signed out of this app and of the one sign-in. Apps you opened before keep their own session until you sign out there.",
        Lead = "Tasks, documents, meetings, directory. Sign in with your work account; it asks for a second step.",
        Hello = "Hello, {0}",
        HelloLead = "You came in by the one sign-in, without typing a password again.",
        Popular = "Today",
        Services =
        [
            "For decision|Pilot of the digital countryside",
            "To countersign|Flood plan, revised draft",
            "Meeting|15:00 Data sharing, regular",
            "Follow-up|First-quarter commitments",
        ],
        Who = "Who is signed in",
        WhoLead = "All that the one sign-in tells this app.",
        Name = "Name",
        Subject = "Number for this app",
        SubjectNote = "made for this app alone; others see another",
        Session = "Session",
        Level = "Assurance level",
        Since = "Signed in at",
        Roles = "Roles",
        NotStaff = "This app is for staff",
        NotStaffLead = "This account does not have the role staff. Your office's system administrator grants it. Sign out to use your work account.",
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
    public required string Roles { get; init; }
    public required string NotStaff { get; init; }
    public required string NotStaffLead { get; init; }
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
