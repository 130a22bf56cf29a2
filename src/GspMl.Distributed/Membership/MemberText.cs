using System.Globalization;
using System.Text.Json;

namespace GspMl.Distributed.Membership;

/// <summary>Members as JSON.</summary>
internal static class MemberText
{
    private sealed record Suspicion(string By, DateTime At);

    private sealed record Member(
        string Address, SiloStatus Status, List<Suspicion> Suspicions, int ProxyPort, string Host, string Name, string? Role,
        int UpdateZone, int FaultZone, DateTime Started, DateTime Alive);

    public static string Of(IEnumerable<MembershipEntry> members) => JsonSerializer.Serialize(members.Select(entry => new Member(
        entry.SiloAddress.ToParsableString(), entry.Status,
        [.. (entry.SuspectTimes ?? []).Select(pair => new Suspicion(pair.Item1.ToParsableString(), pair.Item2))],
        entry.ProxyPort, entry.HostName, entry.SiloName, entry.RoleName, entry.UpdateZone, entry.FaultZone, entry.StartTime,
        entry.IAmAliveTime)));

    public static List<MembershipEntry> Parse(string text) =>
        [.. JsonSerializer.Deserialize<List<Member>>(text)!.Select(member => new MembershipEntry
        {
            SiloAddress = SiloAddress.FromParsableString(member.Address),
            Status = member.Status,
            SuspectTimes = [.. member.Suspicions.Select(s => Tuple.Create(SiloAddress.FromParsableString(s.By), s.At))],
            ProxyPort = member.ProxyPort,
            HostName = member.Host,
            SiloName = member.Name,
            RoleName = member.Role,
            UpdateZone = member.UpdateZone,
            FaultZone = member.FaultZone,
            StartTime = member.Started,
            IAmAliveTime = member.Alive,
        })];

    public static string Of(DateTime time) => time.ToString("O", CultureInfo.InvariantCulture);

    public static DateTime ParseTime(string text) =>
        DateTime.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal);

    /// <summary>The last sign of life; of a member that gave none, its start.</summary>
    public static DateTime EffectiveIAmAliveTime(this MembershipEntry entry) =>
        entry.IAmAliveTime > entry.StartTime ? entry.IAmAliveTime : entry.StartTime;
}
