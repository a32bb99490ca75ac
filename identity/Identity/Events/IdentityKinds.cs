using System.Collections.Immutable;
using Backbone.Audit.Contracts;
using Backbone.Audit.Contracts.Events;

namespace Backbone.Identity.Events;

/// <summary>Every kind of event identity writes. The methods beside this file build events from them; there is no other way.</summary>
internal static class IdentityKinds
{
    public const string Module = "identity";

    private static readonly EventForm Attempt = new([EcsCategory.Authentication], [EcsType.Start]);
    private static readonly EventForm Step = new([EcsCategory.Authentication], [EcsType.Info]);
    private static readonly EventForm Account = new([EcsCategory.Iam], [EcsType.Creation, EcsType.User]);
    private static readonly EventForm Credential = new([EcsCategory.Iam], [EcsType.Change, EcsType.User]);
    private static readonly EventForm Message = new([EcsCategory.Iam], [EcsType.Info, EcsType.User]);

    private static readonly Wording Self = new("本人", "the person");
    private static readonly Wording Anyone = new("任何人，登录后才知道是谁", "anyone; who is known only afterwards");
    private static readonly Wording Host = new("系统自身", "the host itself");

    private static readonly string[] PasswordReasons =
        ["password_common", "password_contains_own", "password_control_character", "password_empty", "password_too_long", "password_too_short"];

    public static readonly EventKind SignIn = new()
    {
        Module = Module,
        Action = "sign-in",
        OnSuccess = new([EcsCategory.Authentication, EcsCategory.Session], [EcsType.Start]),
        OnFailure = Attempt,
        What = new("登录", "Signed in, or was refused"),
        Who = new("登录的人；无此账号时为空", "the person; nobody when the name belongs to nobody"),
        Reasons = ["account_disabled", "locked", "no_ceremony", "passkey_in_use", "passkey_not_verified", "passkey_required", "too_many_requests", "unknown_name", "wrong_code", "wrong_password"],
        Details = ["auth.methods"],
    };

    public static readonly EventKind FirstFactor = new()
    {
        Module = Module,
        Action = "first-factor",
        OnSuccess = Step,
        What = new("第一步验证通过，等待第二步", "First factor right, second asked for"),
        Who = Self,
    };

    public static readonly EventKind StepUp = new()
    {
        Module = Module,
        Action = "step-up",
        OnSuccess = new([EcsCategory.Authentication, EcsCategory.Session], [EcsType.Info]),
        What = new("提高了会话的认证强度", "Proved who they are more strongly within a session"),
        Who = Self,
        Details = ["auth.methods"],
    };

    public static readonly EventKind SessionEnd = new()
    {
        Module = Module,
        Action = "session-end",
        OnSuccess = new([EcsCategory.Session], [EcsType.End]),
        What = new("会话结束", "A session ended"),
        Who = new("会话所属的人", "the person of the session"),
        Details = ["auth.session.end_reason"],
    };

    public static readonly EventKind AccountCreate = new()
    {
        Module = Module,
        Action = "account-create",
        OnSuccess = Account,
        OnFailure = Account,
        What = new("创建账号", "An account was created, or refused"),
        Who = Self,
        Reasons = ["name_malformed", .. PasswordReasons],
        Details = ["auth.account.kind"],
    };

    public static readonly EventKind RoleAssign = new()
    {
        Module = Module,
        Action = "role-assign",
        OnSuccess = Credential,
        OnFailure = Credential,
        What = new("授予角色", "Roles were assigned, or refused"),
        Who = new("授予者；对象为获授者（user.target.id）", "who assigns; to whom: user.target.id"),
        Reasons = ["administrators_exclude_each_other", "citizen_account", "unknown_role"],
        Details = ["auth.roles"],
    };

    public static readonly EventKind AccountDisable = new()
    {
        Module = Module,
        Action = "account-disable",
        OnSuccess = Credential,
        What = new("停用账号", "An account was taken out of use"),
        Who = new("停用者；对象为被停用者（user.target.id）", "who disables; whom: user.target.id"),
    };

    public static readonly EventKind AccountEnable = new()
    {
        Module = Module,
        Action = "account-enable",
        OnSuccess = Credential,
        What = new("恢复账号", "An account was taken into use again"),
        Who = new("恢复者；对象为被恢复者（user.target.id）", "who enables; whom: user.target.id"),
    };

    public static readonly EventKind PasswordChange = Credentials(
        "password-change", new("修改密码", "Changed the password, or was refused"), ["locked", "wrong_password", "ConcurrencyFailure", .. PasswordReasons]);

    public static readonly EventKind PasswordReset = Credentials(
        "password-reset", new("重设密码", "Set a new password after proving the address, or was refused"), PasswordReasons);

    public static readonly EventKind AuthenticatorAdd = Credentials(
        "authenticator-add", new("添加动态口令", "Set up an authenticator app, or was refused"), ["wrong_code"], "auth.authenticator.replaced");

    public static readonly EventKind AuthenticatorRemove = Credentials(
        "authenticator-remove", new("移除动态口令", "Removed the authenticator app, or was refused"), ["last_second_factor"]);

    public static readonly EventKind RecoveryCodesCreate = Credentials(
        "recovery-codes-create", new("更换恢复码", "Had new recovery codes made"), []);

    public static readonly EventKind RecoveryCodeUse = Credentials("recovery-code-use", new("使用恢复码", "Used a recovery code"), []);

    public static readonly EventKind PasskeyAdd = Credentials(
        "passkey-add", new("添加通行密钥", "Added a passkey, or was refused"), ["no_ceremony", "not_verified", "too_many"]);

    public static readonly EventKind PasskeyRename = Credentials("passkey-rename", new("重命名通行密钥", "Renamed a passkey"), []);

    public static readonly EventKind PasskeyRemove = Credentials(
        "passkey-remove", new("移除通行密钥", "Removed a passkey, or was refused"), ["last_second_factor"]);

    public static readonly EventKind CodeRequest = new()
    {
        Module = Module,
        Action = "code-request",
        OnSuccess = Message,
        OnFailure = Message,
        What = new("发送验证码", "A code was sent to an address, or refused"),
        Who = Anyone,
        Reasons = ["identifier_malformed", "too_many_codes"],
        Details = ["auth.purpose"],
    };

    public static readonly EventKind CodeCheck = new()
    {
        Module = Module,
        Action = "code-check",
        OnSuccess = Step,
        OnFailure = Step,
        What = new("核对验证码", "A code was right, or wrong"),
        Who = Anyone,
        Reasons = ["code_dead", "code_malformed", "code_wrong"],
        Details = ["auth.purpose"],
    };

    public static readonly EventKind ConsentGive = new()
    {
        Module = Module,
        Action = "consent-give",
        OnSuccess = Credential,
        OnFailure = Credential,
        What = new("同意应用获取信息", "Allowed an app to have data, or did not"),
        Who = new("本人；应用见 auth.client.id", "the person; the app: auth.client.id"),
        Reasons = ["access_denied"],
        Details = ["auth.scope"],
    };

    public static readonly EventKind ConsentWithdraw = new()
    {
        Module = Module,
        Action = "consent-withdraw",
        OnSuccess = new([EcsCategory.Iam], [EcsType.Deletion, EcsType.User]),
        What = new("撤回对应用的同意", "Took back what an app was allowed"),
        Who = new("本人；应用见 auth.client.id", "the person; the app: auth.client.id"),
    };

    public static readonly EventKind SigningKeyCreate = SigningKey("signing-key-create", EcsType.Creation, new("生成签名密钥", "A signing key of the issuer was made"));

    public static readonly EventKind SigningKeyDestroy = SigningKey("signing-key-destroy", EcsType.Deletion, new("销毁签名密钥", "A signing key of the issuer was destroyed"));

    public static readonly EventKind CatalogueChange = new()
    {
        Module = Module,
        Action = "catalogue-change",
        OnSuccess = new([EcsCategory.Configuration], [EcsType.Change]),
        OnFailure = new([EcsCategory.Configuration], [EcsType.Change]),
        What = new("应用目录变更", "The catalogue of apps changed, or a broken change was not applied"),
        Who = new("能写目录文件的人；改后版本见 resource.version", "whoever may write its files; resource.version says what it became"),
        Reasons = ["invalid_catalogue"],
        Details = ["resource.ids", "resource.removed", "resource.type", "resource.version"],
    };

    /// <summary>In the catalogue's order it does not matter; here as in the files.</summary>
    public static ImmutableArray<EventKind> All { get; } =
    [
        SignIn, FirstFactor, StepUp, SessionEnd, AccountCreate, RoleAssign, AccountDisable, AccountEnable, PasswordChange, PasswordReset,
        AuthenticatorAdd, AuthenticatorRemove, RecoveryCodesCreate, RecoveryCodeUse, PasskeyAdd, PasskeyRename, PasskeyRemove, CodeRequest, CodeCheck, ConsentGive, ConsentWithdraw,
        SigningKeyCreate, SigningKeyDestroy, CatalogueChange, .. PersonKinds.All, .. OrganisationKinds.All, .. ProtocolKinds.All,
    ];

    private static EventKind Credentials(string action, Wording what, string[] reasons, params string[] details) => new()
    {
        Module = Module,
        Action = action,
        OnSuccess = Credential,
        OnFailure = reasons.Length > 0 ? Credential : null,
        What = what,
        Who = Self,
        Reasons = [.. reasons],
        Details = [.. details],
    };

    private static EventKind SigningKey(string action, string type, Wording what) => new()
    {
        Module = Module,
        Action = action,
        OnSuccess = new([EcsCategory.Configuration], [type]),
        What = what,
        Who = Host,
        Details = ["auth.key.algorithm", "auth.key.id"],
        Retention = RetentionClass.Certificate,
    };
}
