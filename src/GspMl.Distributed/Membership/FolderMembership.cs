using System.Globalization;

namespace GspMl.Distributed.Membership;

/// <summary>
/// The members of a cluster in a folder. Each version of the table is a file of its own, made under another name and then linked to its
/// own, which fails where another process was faster: what Orleans asks of a table, compare and swap, by what every file system has.
/// </summary>
internal sealed class FolderMembership(string folder) : IMembershipTable
{
    private const int KeptVersions = 16;
    private const int Attempts = 100;

    public Task InitializeMembershipTable(bool tryInitTableVersion)
    {
        Directory.CreateDirectory(folder);
        if (tryInitTableVersion && Latest() is null) TryPublish(0, []);
        return Task.CompletedTask;
    }

    public async Task<MembershipTableData> ReadAll() => Data(await ReadAsync().ConfigureAwait(false), _ => true);

    public async Task<MembershipTableData> ReadRow(SiloAddress key)
        => Data(await ReadAsync().ConfigureAwait(false), entry => entry.SiloAddress.Equals(key));

    public async Task<bool> InsertRow(MembershipEntry entry, TableVersion tableVersion)
    {
        var (version, members) = await ReadAsync().ConfigureAwait(false);
        return members.All(member => !member.SiloAddress.Equals(entry.SiloAddress))
            && version + 1 == tableVersion.Version && TryPublish(version + 1, [.. members, entry]);
    }

    public async Task<bool> UpdateRow(MembershipEntry entry, string etag, TableVersion tableVersion)
    {
        var (version, members) = await ReadAsync().ConfigureAwait(false);
        if (version + 1 != tableVersion.Version || etag != Etag(version)) return false;
        var at = members.FindIndex(member => member.SiloAddress.Equals(entry.SiloAddress));
        if (at < 0) return false;
        members[at] = entry;
        return TryPublish(version + 1, members);
    }

    /// <summary>Signs of life are no versions: each member writes a file of its own.</summary>
    public Task UpdateIAmAlive(MembershipEntry entry)
    {
        WholeFile.Write(AlivePath(entry.SiloAddress), MemberText.Of(entry.IAmAliveTime));
        return Task.CompletedTask;
    }

    public async Task CleanupDefunctSiloEntries(DateTimeOffset beforeDate)
    {
        var (version, members) = await ReadAsync().ConfigureAwait(false);
        var kept = members.Where(member => member.Status != SiloStatus.Dead || member.EffectiveIAmAliveTime() >= beforeDate.UtcDateTime)
            .ToList();
        if (kept.Count < members.Count) TryPublish(version + 1, kept);
    }

    public Task DeleteMembershipTableEntries(string clusterId)
    {
        foreach (var file in Directory.EnumerateFiles(folder)) File.Delete(file);
        return Task.CompletedTask;
    }

    private static MembershipTableData Data((int Version, List<MembershipEntry> Members) table, Func<MembershipEntry, bool> wanted) => new(
        [.. table.Members.Where(wanted).Select(entry => Tuple.Create(entry, Etag(table.Version)))],
        new(table.Version, Etag(table.Version)));

    /// <summary>Old versions go while others read: then the latest is looked for again.</summary>
    private async Task<(int Version, List<MembershipEntry> Members)> ReadAsync()
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                if (Latest() is not { } version) return (0, []);
                var members = MemberText.Parse(File.ReadAllText(PathOf(version)));
                foreach (var member in members) ReadSignOfLife(member);
                return (version, members);
            }
            catch (IOException) when (attempt < Attempts)
            {
                await Task.Delay(attempt).ConfigureAwait(false);
            }
        }
    }

    private void ReadSignOfLife(MembershipEntry member)
    {
        var path = AlivePath(member.SiloAddress);
        if (File.Exists(path)) member.IAmAliveTime = MemberText.ParseTime(File.ReadAllText(path));
    }

    private bool TryPublish(int version, List<MembershipEntry> members)
    {
        if (!WholeFile.TryCreate(PathOf(version), MemberText.Of(members))) return false;
        File.Delete(PathOf(version - KeptVersions));
        return true;
    }

    private int? Latest() => Directory.EnumerateFiles(folder, "*.members")
        .Select(path => int.TryParse(Path.GetFileNameWithoutExtension(path), CultureInfo.InvariantCulture, out var version) ? version : -1)
        .Where(version => version >= 0).Select(version => (int?)version).Max();

    private string PathOf(int version) => Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{version:D8}.members"));

    private string AlivePath(SiloAddress silo) => Path.Combine(folder, $"{silo.ToParsableString().Replace(':', '-')}.alive");

    private static string Etag(int version) => version.ToString(CultureInfo.InvariantCulture);
}
