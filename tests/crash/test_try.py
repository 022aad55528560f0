import time
from tests.crash.play import playing
from tests.crash.chain import undisturbed, chain, ends_well
from tests.crash import state, points
async def test_try(tmp_path, dovecot):
    t=time.time()
    (tmp_path/"a").mkdir(); (tmp_path/"b").mkdir()
    async with playing(tmp_path/"a", dovecot) as play:
        record = await undisturbed(play)
        print("golden", time.time()-t, len(record.ledger), len(record.deliveries))
        v = play.verdict(record); print(v)
        golden = state.digest(record, play.day)
        print({k: (len(v) if hasattr(v,'__len__') else v) for k,v in golden.items()}, golden["audit"])
    t=time.time()
    import os
    n=int(os.environ.get("N","10"))
    async with playing(tmp_path/"b", dovecot) as play:
        kills = await chain(play, os.environ.get("SEED","1"), n, names=points.ALL)
        print("chain", time.time()-t, kills)
        try:
            v = await ends_well(play, golden)
        finally:
            import shutil; shutil.copy(tmp_path/"b"/"log", "/tmp/crash_log"); shutil.copy(tmp_path/"b"/"inbox.db", "/tmp/crash.db")
        print("end", time.time()-t, v)
    assert not v.faults
