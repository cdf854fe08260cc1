import django.db.models.deletion
import sankecare.create_tables
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('sankecare', '0001_extensions'),
    ]

    operations = [
        sankecare.create_tables.CreateTables(
            models=[migrations.CreateModel(
                name='AnsweredRequest',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='user')),
                    ('key', models.CharField(max_length=200, verbose_name='key')),
                    ('body_digest', models.CharField(max_length=64, verbose_name='digest of the request')),
                    ('status', models.PositiveSmallIntegerField(verbose_name='status')),
                    ('answer', models.JSONField(verbose_name='what was written, by ids')),
                    ('sealed', models.BinaryField(null=True, verbose_name='answer, sealed')),
                    ('answered_at', models.DateTimeField(auto_now_add=True, verbose_name='answered at')),
                ],
                options={
                    'verbose_name': 'answered request',
                    'verbose_name_plural': 'answered requests',
                    'constraints': [models.UniqueConstraint(fields=('user', 'key'), name='answered_request_once'), models.CheckConstraint(condition=models.Q(models.Func(models.F('answer'), models.Value('$.* ? (@.type() != "number")'), function='jsonb_path_exists', output_field=models.BooleanField()), _negated=True), name='answered_request_names_ids')],
                },
            ), migrations.CreateModel(
                name='OutboxEntry',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(max_length=40, verbose_name='kind')),
                    ('recipient', models.CharField(help_text='user:ID, or district:ID/role', max_length=60, verbose_name='recipient')),
                    ('dedupe_key', models.CharField(max_length=120, unique=True, verbose_name='key that makes it one')),
                    ('payload', models.JSONField(default=dict, verbose_name='ids')),
                    ('created_at', models.DateTimeField(verbose_name='created at')),
                    ('attempts', models.PositiveIntegerField(default=0, verbose_name='times swept')),
                    ('unreached', models.PositiveIntegerField(default=0, verbose_name='times the broker was away')),
                    ('next_attempt_at', models.DateTimeField(verbose_name='swept again at')),
                    ('done_at', models.DateTimeField(blank=True, null=True, verbose_name='done at')),
                    ('last_error', models.CharField(blank=True, max_length=60, verbose_name='last error')),
                ],
                options={
                    'verbose_name': 'outbox entry',
                    'verbose_name_plural': 'outbox entries',
                    'ordering': ['created_at', 'pk'],
                    'indexes': [models.Index(condition=models.Q(('done_at__isnull', True)), fields=['next_attempt_at'], name='outbox_to_sweep'), models.Index(condition=models.Q(('done_at__isnull', True)), fields=['created_at'], name='outbox_oldest_undone')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('recipient__regex', '^(user:[0-9]+|district:[0-9]+/[a-z_]+)$')), name='outbox_recipient_is_an_id'), models.CheckConstraint(condition=models.Q(('dedupe_key__regex', '^[a-z0-9_:/]+$')), name='outbox_key_is_plain'), models.CheckConstraint(condition=models.Q(('last_error__regex', '^[A-Za-z_]*$')), name='outbox_error_is_a_code'), models.CheckConstraint(condition=models.Q(models.Func(models.F('payload'), models.Value('$.* ? (@.type() != "number")'), function='jsonb_path_exists', output_field=models.BooleanField()), _negated=True), name='outbox_payload_is_ids')],
                },
            ), migrations.CreateModel(
                name='Pulse',
                fields=[
                    ('name', models.CharField(max_length=20, primary_key=True, serialize=False, verbose_name='name')),
                    ('at', models.DateTimeField(verbose_name='at')),
                ],
                options={
                    'verbose_name': 'pulse',
                    'verbose_name_plural': 'pulses',
                },
            )],
        ),
    ]
