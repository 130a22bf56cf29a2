using System.Numerics;

namespace GspMl.Factorization;

/// <summary>
/// Some rows of X together with their coefficients, in memory (<see cref="MemoryShard{T}"/>), several as one (<see cref="ShardGroup{T}"/>)
/// or on another machine. The coefficients of a row need that row and the basis alone, and the basis needs nothing of the rows but sums
/// over them: all that a factorisation asks of its data goes through one method. Its state is a function of the rows and of the requests
/// so far, so that a shard that is lost can be made again from a log of them.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public interface IShard<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// Whether a round to the shard costs more than a product in vain: sums are then asked for before it is known whether a step will be
    /// taken back. The bits are the same either way.
    /// </summary>
    bool IsRemote { get; }

    /// <summary>
    /// Does what is requested and answers the sums over the shard's rows. The request of the last number may be made again, by whoever lost
    /// the answer, and gets the same answer.
    /// </summary>
    /// <param name="request">
    /// One of the records in <see cref="ShardRequest{T}"/>. Requests follow one another: the next is made after the answer to the last.
    /// </param>
    /// <param name="cancel">Looked at before the work.</param>
    /// <returns>The sums; their memory is the shard's, and good until the next request.</returns>
    /// <exception cref="InvalidOperationException">The request's number is neither the last one nor the one that follows it.</exception>
    Task<ShardSums<T>> StepAsync(ShardRequest<T> request, CancellationToken cancel = default);
}
