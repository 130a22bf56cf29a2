using System.Net;
using GspMl.Distributed.Membership;

namespace GspMl.Distributed.Tests.Membership;

public sealed class FolderMembershipTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("gspml-members-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Of_writers_at_once_one_wins_each_version_and_no_entry_is_lost()
    {
        const int Silos = 12;
        await new FolderMembership(folder).InitializeMembershipTable(true);
        await Task.WhenAll(Enumerable.Range(0, Silos).Select(i => Task.Run(() => InsertAsync(new(folder), Entry(i)))));
        var table = await new FolderMembership(folder).ReadAll();
        Assert.Equal(Silos, table.Version.Version);
        Assert.Equal(Enumerable.Range(1, Silos), table.Members.Select(member => member.Item1.SiloAddress.Endpoint.Port).Order());
    }

    [Fact]
    public async Task A_version_or_an_entry_that_is_not_the_latest_is_refused()
    {
        var table = new FolderMembership(folder);
        await table.InitializeMembershipTable(true);
        Assert.True(await table.InsertRow(Entry(0), (await table.ReadAll()).Version.Next()));
        Assert.False(await table.InsertRow(Entry(0), (await table.ReadAll()).Version.Next()));
        Assert.False(await table.InsertRow(Entry(1), new TableVersion(1, "0")));
        var (entry, etag) = (await table.ReadRow(Entry(0).SiloAddress)).Members.Single();
        entry.Status = SiloStatus.Dead;
        Assert.True(await table.UpdateRow(entry, etag, new(2, etag)));
        Assert.False(await table.UpdateRow(entry, etag, new(2, etag)));
        Assert.False(await table.UpdateRow(entry, etag, new(3, etag)));
        Assert.False(await table.UpdateRow(Entry(5), "2", new(3, "2")));
    }

    [Fact]
    public async Task Members_come_back_as_they_were_with_their_last_sign_of_life()
    {
        var table = new FolderMembership(folder);
        await table.InitializeMembershipTable(true);
        var entry = Entry(3);
        entry.AddSuspector(Entry(4).SiloAddress, new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc));
        await table.InsertRow(entry, new(1, "0"));
        entry.IAmAliveTime = new DateTime(2026, 5, 6, 7, 8, 9, DateTimeKind.Utc);
        await table.UpdateIAmAlive(entry);
        var read = (await table.ReadAll()).Members.Single().Item1;
        Assert.Equal(entry.ToFullString(), read.ToFullString());
        Assert.Equal(entry.IAmAliveTime, read.IAmAliveTime);
    }

    [Fact]
    public async Task Members_that_died_long_ago_are_forgotten()
    {
        var table = new FolderMembership(folder);
        await table.InitializeMembershipTable(true);
        var dead = Entry(0);
        dead.Status = SiloStatus.Dead;
        await table.InsertRow(dead, new(1, "0"));
        await table.InsertRow(Entry(1), new(2, "1"));
        await table.CleanupDefunctSiloEntries(DateTimeOffset.UtcNow.AddYears(1));
        Assert.Equal(2, (await table.ReadAll()).Members.Single().Item1.SiloAddress.Endpoint.Port);
    }

    private static async Task InsertAsync(FolderMembership table, MembershipEntry entry)
    {
        while (!await table.InsertRow(entry, (await table.ReadAll()).Version.Next()))
        {
        }
    }

    private static MembershipEntry Entry(int number) => new()
    {
        SiloAddress = SiloAddress.New(new IPEndPoint(IPAddress.Loopback, number + 1), 7),
        SiloName = $"worker-{number}",
        HostName = "host",
        Status = SiloStatus.Active,
        StartTime = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc),
    };
}
