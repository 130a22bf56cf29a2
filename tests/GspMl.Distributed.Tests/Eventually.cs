namespace GspMl.Distributed.Tests;

/// <summary>Waits for what comes about by itself.</summary>
internal static class Eventually
{
    public static async Task True(Func<Task<bool>> condition)
    {
        for (var attempt = 0; attempt < 200; attempt++)
        {
            if (await condition()) return;
            await Task.Delay(50);
        }
        Assert.Fail("It has not come about in ten seconds.");
    }
}
